import { renderToString } from 'react-dom/server'
import { Portal } from '../portal.tsx'

/** The portal as HTML, as it is before anything is known; drawn at build time, where browsers' globals are stood in for. */
export const draw = (): string => renderToString(<Portal />)
