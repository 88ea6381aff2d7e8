import { type ComponentProps, type ReactNode, useId } from 'react'
import styles from './field.module.css'

interface Labels {
  label: string
  hint?: string
}

function Field({ label, hint, children }: Labels & { children: (ids: { id: string; hintId?: string }) => ReactNode }) {
  const id = useId()
  const hintId = `${id}-hint`
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({ id, ...(hint ? { hintId } : {}) })}
      {hint && (
        <p id={hintId} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  )
}

export function TextField({ label, hint, ...rest }: Labels & Omit<ComponentProps<'input'>, 'className' | 'id'>) {
  return (
    <Field label={label} {...(hint ? { hint } : {})}>
      {({ id, hintId }) => <input {...rest} id={id} aria-describedby={hintId} className={styles.input} />}
    </Field>
  )
}

export function ChoiceField({ label, hint, ...rest }: Labels & Omit<ComponentProps<'select'>, 'className' | 'id'>) {
  return (
    <Field label={label} {...(hint ? { hint } : {})}>
      {({ id, hintId }) => <select {...rest} id={id} aria-describedby={hintId} className={styles.input} />}
    </Field>
  )
}

/** A few choices side by side, one of which holds. */
export function Switcher<V extends string>({
  label,
  value,
  choices,
  choose,
}: {
  label: string
  value: V
  choices: readonly { value: V; label: string }[]
  choose: (value: V) => void
}) {
  const id = useId()
  return (
    <fieldset className={styles.switcher}>
      <legend className="sr-only">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} className={styles.choice}>
          <input
            type="radio"
            name={id}
            className="sr-only"
            checked={choice.value === value}
            onChange={() => choose(choice.value)}
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </fieldset>
  )
}
