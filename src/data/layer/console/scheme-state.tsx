import { useText } from '#web/preferences.tsx'

export function FillingPill({ isFilling }: { isFilling: boolean }) {
  const t = useText()
  return isFilling ? (
    <span className="pill warn">
      <span className="dot" />
      {t({ en: 'computing', zh: '计算中' })}
    </span>
  ) : (
    <span className="pill good">
      <span className="dot" />
      {t({ en: 'live', zh: '实时' })}
    </span>
  )
}
