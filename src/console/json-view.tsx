import './json-view.css'

/** Data as it is stored, readable and selectable. */
export function JsonView({ value }: { value: unknown }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long data scrolls, so the keyboard must reach it
    <pre className="json-view" tabIndex={0}>
      {JSON.stringify(value, null, 2)}
    </pre>
  )
}
