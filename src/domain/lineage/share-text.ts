import { WHOLE } from './share.ts'

const DIGITS = 12

/** A share as an exact decimal fraction: 250000000000 parts are `0.25`, WHOLE is `1`. */
export function shareFraction(parts: number): string {
  return decimal(parts, WHOLE, DIGITS)
}

/** A share as an exact decimal percentage: 250000000000 parts are `25`. */
export function sharePercent(parts: number): string {
  return decimal(parts, WHOLE / 100, DIGITS - 2)
}

function decimal(parts: number, unit: number, digits: number): string {
  const fraction = String(parts % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '')
  const whole = String(Math.floor(parts / unit))
  return fraction === '' ? whole : `${whole}.${fraction}`
}
