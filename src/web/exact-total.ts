const PLACES = 12
const ONE = 10n ** BigInt(PLACES)

/** The sum of decimal fractions of at most 12 places, with none of them lost: `1` where they are a whole. */
export function exactTotal(shares: readonly string[]): string {
  const sum = shares.reduce((total, share) => total + partsOf(share), 0n)
  const rest = String(sum % ONE)
    .padStart(PLACES, '0')
    .replace(/0+$/, '')
  return `${sum / ONE}${rest === '' ? '' : `.${rest}`}`
}

function partsOf(share: string): bigint {
  const [whole = '0', places = ''] = share.split('.')
  return BigInt(whole) * ONE + BigInt(places.padEnd(PLACES, '0'))
}
