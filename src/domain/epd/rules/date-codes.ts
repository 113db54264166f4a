/** E3: what the dates of a declaration say of each other, and of today. */
export const dateCodes = {
  EPD_DATE_INVALID: { rule: 'E3', severity: 'error', title: 'Not a day of the calendar' },
  EPD_DATE_ORDER: {
    rule: 'E3',
    severity: 'error',
    title: 'Something ends before it starts'
  },
  EPD_VALIDITY_PERIOD: {
    rule: 'E3',
    severity: 'error',
    title: 'The validity is longer than programmes allow (EN 15804+A2 9)'
  },
  EPD_VALIDITY_UNSTATED: {
    rule: 'E3',
    severity: 'warning',
    title: 'The document does not say until when it is valid'
  },
  EPD_DATE_LATE: {
    rule: 'E3',
    severity: 'warning',
    title: 'Something was verified or published after the end of its validity'
  },
  EPD_DATE_FUTURE: {
    rule: 'E3',
    severity: 'warning',
    title: 'What is told to have happened lies in the future'
  },
  EPD_EXPIRED: { rule: 'E3', severity: 'warning', title: 'The validity is over' },
  EPD_PCR_EXPIRED: {
    rule: 'E3',
    severity: 'warning',
    title: 'The product category rules were not in force when the declaration was verified'
  }
} as const
