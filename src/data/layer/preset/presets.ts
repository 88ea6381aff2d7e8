import { activity } from './activity.ts'
import { lifecycle } from './lifecycle.ts'
import type { Preset } from './preset.ts'
import { role } from './role.ts'
import { tier } from './tier.ts'
import { value } from './value.ts'

/** Installable schemes; a further one is one file and its entry here. */
export const PRESETS: readonly Preset[] = [value, activity, role, lifecycle, tier]
