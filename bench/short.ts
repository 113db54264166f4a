/** A figure in three digits, as far as they matter. */
export function short(value: number): string {
  return digits(value, 3)
}

/** The same beside a bound: with as many digits as tell on which side of it the figure is. */
export function shortBeside(value: number, bound: number): string {
  let most = 3
  while (
    most < 15 &&
    value !== bound &&
    Number(digits(value, most).replaceAll(',', '')) === bound
  ) {
    most += 1
  }
  return digits(value, most)
}

function digits(value: number, most: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en-US')
  return `${Number(value.toPrecision(most))}`
}
