/** E21: what the readers of formats tell of a document, before the rules judge its declaration. */
export const documentCodes = {
  EPD_DOCUMENT: {
    rule: 'E21',
    severity: 'error',
    title: 'The document is of its format, but lacks what every declaration needs'
  },
  EPD_DOCUMENT_UNCLEAR: {
    rule: 'E21',
    severity: 'warning',
    title: 'A statement of the document cannot be used as it stands; the original keeps it'
  },
  EPD_DOCUMENT_REST: {
    rule: 'E21',
    severity: 'info',
    title: 'The document says more than is read from it; the original keeps it'
  },
  EPD_REFERENCE_FLOW: {
    rule: 'E21',
    severity: 'warning',
    title: 'The flow that all figures are for is an input or an elementary flow, not the product'
  },
  EPD_INVENTORY_AMOUNT: {
    rule: 'E21',
    severity: 'warning',
    title: 'An emission is many times as much as everything that is put in'
  },
  EPD_NAME_SPACE: {
    rule: 'E21',
    severity: 'info',
    title: 'The name of the product starts or ends with a space'
  }
} as const
