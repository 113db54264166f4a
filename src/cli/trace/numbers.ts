/** Kilograms for people: thousands apart, no more digits than the books hold. */
export function kilograms(massKg: string): string {
  const [whole = '', fraction] = massKg.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${grouped}${fraction === undefined ? '' : `.${fraction}`} kg`
}

/**
 * A decimal fraction as percent with two places, computed on the text. Rounded half up, except that
 * only a whole is ever `100.00` and only nothing `0.00`, since a trace of something is not nothing.
 */
export function percent(share: string): string {
  const [whole = '0', fraction = ''] = share.split('.')
  const parts = BigInt(whole + fraction.padEnd(12, '0').slice(0, 12))
  const rounded = (parts * 10_000n + PARTS / 2n) / PARTS
  const shown = parts > 0n && rounded === 0n ? 1n : rounded
  const capped = parts < PARTS && shown >= 10_000n ? 9_999n : shown
  const text = capped.toString().padStart(3, '0')
  return `${text.slice(0, -2)}.${text.slice(-2)}`
}

const PARTS = 1_000_000_000_000n

/** The exact sum of decimal fractions of at most twelve places, without trailing zeros. */
export function sumOfShares(shares: readonly string[]): string {
  const sum = shares.reduce((total, share) => {
    const [whole = '0', fraction = ''] = share.split('.')
    return total + BigInt(whole + fraction.padEnd(12, '0').slice(0, 12))
  }, 0n)
  const text = sum.toString().padStart(13, '0')
  const fraction = text.slice(-12).replace(/0+$/, '')
  return fraction === '' ? text.slice(0, -12) : `${text.slice(0, -12)}.${fraction}`
}
