import { WHOLE } from './share.ts'

const DIGITS = 12

/** A share as an exact decimal fraction: 250000000000 parts are `0.25`, WHOLE is `1`. */
export function shareFraction(parts: number): string {
  const whole = String(Math.floor(parts / WHOLE))
  const fraction = String(parts % WHOLE)
    .padStart(DIGITS, '0')
    .replace(/0+$/, '')
  return fraction === '' ? whole : `${whole}.${fraction}`
}
