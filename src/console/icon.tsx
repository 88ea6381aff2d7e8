import type { ReactNode } from 'react'

// One stroke weight, one 24-unit grid, drawn for this product: small, and the same in both themes.
const SHAPES = {
  overview: <path d="M4 13h6V4H4zM14 20h6v-9h-6zM4 20h6v-3H4zM14 7h6V4h-6z" />,
  member: <path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0" />,
  community: (
    <path d="M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11zM3 19.5a6 6 0 0 1 12 0M15.5 4.9a3.2 3.2 0 0 1 0 5.9M17.5 14.2a6 6 0 0 1 3.5 5.3" />
  ),
  segment: <path d="M12 3v9l6.4 6.4M12 3a9 9 0 1 0 9 9h-9" />,
  journey: (
    <path d="M6 8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM18 20.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM8.5 6H15a3 3 0 0 1 0 6H9a3 3 0 0 0 0 6h6.5" />
  ),
  event: <path d="M3 12h4l2.5-7 5 14 2.5-7h4" />,
  import: <path d="M12 3v11M7.5 9.5 12 14l4.5-4.5M4 16v3a1.5 1.5 0 0 0 1.5 1.5h13A1.5 1.5 0 0 0 20 19v-3" />,
  export: <path d="M12 14V3M7.5 7.5 12 3l4.5 4.5M4 16v3a1.5 1.5 0 0 0 1.5 1.5h13A1.5 1.5 0 0 0 20 19v-3" />,
  settings: <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5" />,
  health: <path d="M12 20s-8-4.6-8-10.4A4.6 4.6 0 0 1 12 6.7a4.6 4.6 0 0 1 8 2.9C20 15.4 12 20 12 20z" />,
  key: <path d="M8.5 19a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM11.7 11.3 20 3M16.5 6.5l3 3" />,
  audit: <path d="M7 3h10a1 1 0 0 1 1 1v17l-3-2-3 2-3-2-3 2V4a1 1 0 0 1 1-1zM9.5 8h5M9.5 12h5" />,
  shield: <path d="M12 3l7.5 2.8v5.7c0 4.4-3.1 7.6-7.5 9.5-4.4-1.9-7.5-5.1-7.5-9.5V5.8zM9 12l2.2 2.2L15.2 10" />,
  operator: <path d="M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20.5a8 8 0 0 1 9-7M18 13.5v7M14.5 17h7" />,
  search: <path d="M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5" />,
  plus: <path d="M12 5v14M5 12h14" />,
  check: <path d="M5 12.5 10 17.5 19.5 7" />,
  close: <path d="M6 6l12 12M18 6 6 18" />,
  right: <path d="M9.5 5.5 16 12l-6.5 6.5" />,
  left: <path d="M14.5 5.5 8 12l6.5 6.5" />,
  down: <path d="M5.5 9.5 12 16l6.5-6.5" />,
  up: <path d="M5.5 14.5 12 8l6.5 6.5" />,
  sort: <path d="M8 4v16M4.5 7.5 8 4l3.5 3.5M16 20V4M12.5 16.5 16 20l3.5-3.5" />,
  sun: (
    <path d="M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4" />
  ),
  moon: <path d="M20 14.2A8.5 8.5 0 0 1 9.8 4 8.5 8.5 0 1 0 20 14.2z" />,
  screen: <path d="M4 5h16v11H4zM9 20h6M12 16v4" />,
  language: (
    <path d="M3.5 6h10M8.5 3.5V6M11.5 6c-.7 4-3.4 7-7 8.5M6 9.5c1.4 2.4 3.4 4 6 5M12.5 20.5 16.5 11l4 9.5M14 17h5" />
  ),
  menu: <path d="M4 7h16M4 12h16M4 17h16" />,
  sidebar: <path d="M4 4.5h16v15H4zM9.5 4.5v15" />,
  download: <path d="M12 4v11M7.5 10.5 12 15l4.5-4.5M5 20h14" />,
  columns: <path d="M4 5h16v14H4zM9.3 5v14M14.6 5v14" />,
  filter: <path d="M4 6h16M7 12h10M10 18h4" />,
  bookmark: <path d="M7 4h10a1 1 0 0 1 1 1v15.5l-6-4-6 4V5a1 1 0 0 1 1-1z" />,
  more: <path d="M5.5 12h.01M12 12h.01M18.5 12h.01" strokeWidth="2.6" />,
  info: <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.8h.01" />,
  warning: <path d="M12 4 2.8 19.5h18.4zM12 10v4.5M12 17h.01" />,
  trash: <path d="M5 7h14M10 7V4.5h4V7M7 7l.8 13h8.4L17 7M10.5 11v5M13.5 11v5" />,
  edit: <path d="M4 20h4L19.5 8.5a2 2 0 0 0 0-2.8l-1.2-1.2a2 2 0 0 0-2.8 0L4 16zM14 6l4 4" />,
  play: <path d="M7.5 5v14l11-7z" />,
  pause: <path d="M8 5.5v13M16 5.5v13" />,
  clock: <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.2l3.3 2" />,
  split: <path d="M12 3v6M12 9l-6 6v5M12 9l6 6v5" />,
  branch: <path d="M12 3l5 5-5 5-5-5zM7 8H4v12M17 8h3v12M12 13v7" />,
  flag: <path d="M6 21V4M6 5h11l-2 4 2 4H6" />,
  message: <path d="M4 5h16v11.5H11L6.5 20v-3.5H4z" />,
  gift: (
    <path d="M4 9h16v3.5H4zM5.5 12.5V20h13v-7.5M12 9v11M12 9c-4.5 0-5-4.5-2.5-4.5C11.5 4.5 12 7 12 9zM12 9c4.5 0 5-4.5 2.5-4.500C12.5 4.5 12 7 12 9z" />
  ),
  tag: <path d="M4 4h8l8 8-8 8-8-8zM8.5 8.500h.01" />,
  human: (
    <path d="M12 8.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM6 11c4 1.5 8 1.5 12 0M12 12v3.500l-3 5M12 15.500l3 5" />
  ),
  exit: <path d="M14 4H5v16h9M10 12h10.500M17 8.500l3.5 3.5-3.5 3.5" />,
  bolt: <path d="M13 3 5 13.500h6L11 21l8-10.500h-6z" />,
  undo: <path d="M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3" />,
  copy: <path d="M9 9h11v11H9zM15 9V4H4v11h5" />,
  refresh: <path d="M20 11a8 8 0 1 0-1.8 6M20 4.500V11h-6.5" />,
  link: (
    <path d="M10 14a4 4 0 0 0 5.7 0l3.1-3.100a4 4 0 0 0-5.7-5.700L12 6.300M14 10a4 4 0 0 0-5.7 0l-3.1 3.100a4 4 0 0 0 5.7 5.700l1.1-1.1" />
  ),
  list: <path d="M8.5 6.500H20M8.5 12H20M8.5 17.500H20M4.5 6.500h.01M4.5 12h.01M4.5 17.500h.01" />,
  table: <path d="M4 5h16v14H4zM4 10h16M4 14.500h16M10 10v9" />,
  chart: <path d="M4 4v16h16M8 15l4-5 3 3 5-7" />,
  merge: <path d="M6 4v4c0 4 6 4 6 8v4M18 4v4c0 4-6 4-6 8" />,
  points: (
    <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.500l1.4 2.9 3.1.4-2.3 2.2.6 3.1-2.8-1.5-2.8 1.5.6-3.1-2.3-2.2 3.1-.4z" />
  ),
  calendar: <path d="M4 6h16v14H4zM4 10.500h16M8.5 3.500V7M15.5 3.500V7" />,
  pin: (
    <path d="M12 21s-6.5-5.6-6.5-11a6.5 6.5 0 0 1 13 0c0 5.4-6.5 11-6.5 11zM12 12.300a2.300 2.300 0 1 0 0-4.600 2.300 2.300 0 0 0 0 4.600z" />
  ),
  eye: (
    <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z" />
  ),
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof SHAPES

/** Decorative; the control around it carries the name. Menus of antd place it by a class of theirs. */
export function Icon({ name, size = 16, className = '' }: { name: IconName; size?: number; className?: string }) {
  return (
    <svg
      className={`icon ${className}`}
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {SHAPES[name]}
    </svg>
  )
}

/** The mark: a crown whose aerial roots reach the ground. */
export function Mark({ size = 26 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" fill="var(--accent)" />
      <g fill="none" stroke="var(--on-accent)" strokeWidth="2.2" strokeLinecap="round">
        <path d="M6.5 16c0-5 4.2-9 9.5-9s9.5 4 9.5 9" />
        <path d="M16 11v14.500M11 14.500v6M21 14.500v6M6.5 16v2M25.5 16v2" />
      </g>
    </svg>
  )
}
