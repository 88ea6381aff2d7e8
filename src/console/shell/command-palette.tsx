import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react'
import { usePreferences, useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Avatar } from '../avatar.tsx'
import { Icon, type IconName } from '../icon.tsx'
import { pages } from '../pages.ts'
import { useSession } from '../session.tsx'
import { recentPlaces, rememberPlace } from './recent.ts'
import './command-palette.css'

interface Choice {
  id: string
  group: string
  title: string
  note?: string
  icon: IconName | { avatar: string }
  words: string
  run(): void
}

/** Ctrl/⌘ K: any page, any member, and the few commands that belong everywhere. */
export function CommandPalette({ open, close }: { open: boolean; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal()
    if (!open) dialog.current?.close()
  }, [open])
  const t = useText()
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself; this is the click beside it
    <dialog
      ref={dialog}
      className="palette"
      aria-label={t({ en: 'Search and commands', zh: '搜索与命令' })}
      onClose={close}
      onClick={(event) => event.target === dialog.current && close()}
    >
      {open ? <Finder close={close} /> : null}
    </dialog>
  )
}

function Finder({ close }: { close: () => void }) {
  const t = useText()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const listId = useId()
  const choices = useChoices(text.trim(), close)
  const chosen = Math.min(at, choices.length - 1)

  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setAt((chosen + (event.key === 'ArrowDown' ? 1 : choices.length - 1)) % Math.max(choices.length, 1))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choices[chosen]?.run()
    }
  }

  return (
    <>
      <div className="palette-field">
        <Icon name="search" size={18} />
        <input
          // biome-ignore lint/a11y/noAutofocus: the reader has just asked for this field
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={choices[chosen] ? `${listId}-${chosen}` : undefined}
          aria-label={t({ en: 'Find a member, page or command', zh: '查找成员、页面或命令' })}
          placeholder={t({ en: 'Find a member, page or command…', zh: '搜索成员、页面或命令…' })}
          value={text}
          maxLength={200}
          onChange={(e) => {
            setText(e.target.value)
            setAt(0)
          }}
          onKeyDown={onKey}
        />
        <kbd>Esc</kbd>
      </div>
      <div id={listId} role="listbox" className="palette-list" aria-label={t({ en: 'Results', zh: '结果' })}>
        {choices.map((c, i) => (
          // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field; aria-activedescendant points here
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys
          <div
            key={c.id}
            id={`${listId}-${i}`}
            role="option"
            aria-selected={i === chosen}
            className="palette-choice"
            ref={(element) => {
              if (i === chosen) element?.scrollIntoView({ block: 'nearest' })
            }}
            onPointerMove={() => setAt(i)}
            onClick={c.run}
          >
            {typeof c.icon === 'string' ? (
              <span className="palette-icon">
                <Icon name={c.icon} />
              </span>
            ) : (
              <Avatar name={c.title} id={c.icon.avatar} size={24} />
            )}
            <span className="clip">{c.title}</span>
            {c.note ? <span className="faint small clip">{c.note}</span> : null}
            <span className="grow" />
            <span className="faint small">{c.group}</span>
          </div>
        ))}
        {choices.length === 0 ? (
          <p className="soft palette-none">{t({ en: 'Nothing found', zh: '没有找到相关内容' })}</p>
        ) : null}
      </div>
    </>
  )
}

/** Fewer letters than this find half the brand; a single Chinese character is already telling. */
const worthAsking = (text: string) => text.length >= 2 || /\p{Script=Han}/u.test(text)

function useChoices(text: string, close: () => void): readonly Choice[] {
  const t = useText()
  const navigate = useNavigate()
  const session = useSession()
  const { locale, setLocale, theme, setTheme } = usePreferences()
  const deferred = useDeferredValue(text)
  const found = useCall(
    'member.find',
    session.may('member.read') && worthAsking(deferred) ? { search: deferred, limit: 6 } : null,
    { staleTime: 10_000 },
  )

  return useMemo(() => {
    const go = (to: string, title: string) => () => {
      rememberPlace({ to, title })
      close()
      void navigate({ to } as never)
    }
    const fixed: Choice[] = [
      ...pages
        .filter((p) => p.nav && session.may(p.needs))
        .map((p) => ({
          id: p.path,
          group: t({ en: 'Page', zh: '页面' }),
          title: t(p.title),
          icon: p.nav?.icon ?? ('right' as IconName),
          words: `${p.title.en} ${p.title.zh} ${p.keywords ?? ''}`,
          run: go(p.path, t(p.title)),
        })),
      {
        id: 'language',
        group: t({ en: 'Command', zh: '命令' }),
        title: locale === 'zh' ? 'Switch to English' : '切换为中文',
        icon: 'language',
        words: 'language english chinese 语言 中文 英文 切换',
        run: () => {
          setLocale(locale === 'zh' ? 'en' : 'zh')
          close()
        },
      },
      {
        id: 'theme',
        group: t({ en: 'Command', zh: '命令' }),
        title: theme === 'dark' ? t({ en: 'Light theme', zh: '浅色模式' }) : t({ en: 'Dark theme', zh: '深色模式' }),
        icon: theme === 'dark' ? 'sun' : 'moon',
        words: 'theme dark light 主题 深色 浅色',
        run: () => {
          setTheme(theme === 'dark' ? 'light' : 'dark')
          close()
        },
      },
    ]
    if (!text) {
      const recent = recentPlaces().map((r) => ({
        id: `recent ${r.to}`,
        group: t({ en: 'Recent', zh: '最近' }),
        title: r.title,
        icon: 'clock' as IconName,
        words: '',
        run: go(r.to, r.title),
      }))
      return [...recent, ...fixed]
    }
    const words = text.toLowerCase().split(/\s+/)
    const matching = fixed.filter((c) => words.every((w) => c.words.toLowerCase().includes(w)))
    const members = (found.data?.items ?? []).map((m) => {
      const title = m.name || m.externalId || m.email || t({ en: 'Unnamed member', zh: '未命名成员' })
      return {
        id: m.memberId,
        group: t({ en: 'Member', zh: '成员' }),
        title,
        note: [m.externalId, m.email].filter((x) => x && x !== title).join(' · '),
        icon: { avatar: m.memberId },
        words: '',
        run: go(`/members/${m.memberId}`, title),
      }
    })
    return [...members, ...matching]
  }, [text, found.data, t, locale, setLocale, theme, setTheme, session, navigate, close])
}
