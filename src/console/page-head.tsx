import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import { Icon } from './icon.tsx'
import './page-head.css'

/** Title, one line of what this is for, and what can be done here. Names the browser tab too. */
export function PageHead({
  title,
  hint,
  back,
  actions,
}: {
  title: string
  hint?: ReactNode
  back?: { to: string; title: string }
  actions?: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} · Banyan`
  }, [title])
  return (
    <header className="page-head">
      <div className="grow">
        {back ? (
          <Link to={back.to} className="page-back">
            <Icon name="left" size={13} />
            {back.title}
          </Link>
        ) : null}
        <h1>{title}</h1>
        {hint ? <p className="soft">{hint}</p> : null}
      </div>
      {actions ? <div className="page-actions">{actions}</div> : null}
    </header>
  )
}
