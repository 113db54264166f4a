const DECIMAL = /\/(value|share|[A-Za-z]*Pct|[a-z]+Kg|kgCo2ePerKwh|gwpShare)$/

/** Whether what stands at a pointer is a decimal; what else is written in digits (codes, versions, years) is text. */
export function isDecimalField(pointer: string): boolean {
  return DECIMAL.test(pointer)
}
