/** A trend as a hairline beside its number; says nothing the number's label does not. */
export function Spark({
  values,
  width = 96,
  height = 28,
}: {
  values: readonly number[]
  width?: number
  height?: number
}) {
  if (values.length < 2) return null
  const top = Math.max(...values)
  const low = Math.min(...values)
  const x = (i: number) => (i / (values.length - 1)) * (width - 4) + 2
  const y = (v: number) => height - 3 - ((v - low) / (top - low || 1)) * (height - 6)
  const line = values.map((v, i) => `${i ? 'L' : 'M'}${x(i).toFixed(1)} ${y(v).toFixed(1)}`).join('')
  return (
    <svg className="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path d={`${line}L${width - 2} ${height}L2 ${height}Z`} className="spark-area" />
      <path d={line} className="spark-line" />
    </svg>
  )
}
