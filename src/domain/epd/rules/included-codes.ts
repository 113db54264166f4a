/** E22: what is told of the declarations that one is built on, as far as the registry has them. */
export const includedCodes = {
  EPD_INCLUDED_UNKNOWN: {
    rule: 'E22',
    severity: 'info',
    title: 'An included declaration is not published here, so it cannot be checked'
  },
  EPD_INCLUDED_INVALID: {
    rule: 'E22',
    severity: 'warning',
    title: 'An included declaration was not valid when this one starts'
  },
  EPD_INCLUDED_STAGE: {
    rule: 'E22',
    severity: 'warning',
    title: 'An included product is made at a later stage than the product itself'
  },
  EPD_INCLUDED_CYCLE: {
    rule: 'E22',
    severity: 'error',
    title: 'An included declaration is built on this one itself'
  },
  EPD_INCLUDED_SUM: {
    rule: 'E22',
    severity: 'warning',
    title: 'The included declarations together state more than the whole'
  },
  EPD_DOUBLE_COUNT: {
    rule: 'E22',
    severity: 'warning',
    title: 'A declaration is included beside another one that holds it already'
  }
} as const
