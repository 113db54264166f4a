import type { RuleEntry } from './rule-entry.ts'

/** E14 to E20: methods, indicators, units, modules and values of what is declared. */
export const figureCodes = {
  EPD_METHOD_UNKNOWN: {
    rule: 'E14',
    severity: 'error',
    title: 'The set of characterization factors is not in the table of methods'
  },
  EPD_INDICATOR_UNKNOWN: {
    rule: 'E14',
    severity: 'error',
    title: 'The indicator is not in the table of indicators'
  },
  EPD_INDICATOR_UNLISTED: {
    rule: 'E14',
    severity: 'info',
    title: 'The indicator has no code here; its unit and values are not checked'
  },
  EPD_INDICATOR_METHOD: {
    rule: 'E14',
    severity: 'error',
    title: 'The method does not define this indicator'
  },
  EPD_UNIT: {
    rule: 'E14',
    severity: 'error',
    title: 'The unit is not the one of the indicator; a warning where an edition before had it'
  },
  EPD_UNIT_GROUP: {
    rule: 'E14',
    severity: 'warning',
    title: 'A unit group is not known, so the unit is only told by its name'
  },
  EPD_UNIT_TEXT: {
    rule: 'E14',
    severity: 'warning',
    title: 'A unit is written as another one than its unit group is of; the group counts'
  },
  EPD_METHOD_CONFLICT: {
    rule: 'E14',
    severity: 'error',
    title: 'An indicator belongs to another method than the one that the document declares'
  },
  EPD_METHOD_OTHER: {
    rule: 'E14',
    severity: 'warning',
    title:
      'Figures are of a method that no standard here asks for; they are kept under it, and no profile takes them'
  },
  EPD_METHOD_AMBIGUOUS: {
    rule: 'E14',
    severity: 'error',
    title: 'The method of an indicator cannot be told from its id, version and compliance'
  },
  EPD_MODULE_UNKNOWN: {
    rule: 'E15',
    severity: 'error',
    title: 'The module is not in the table of modules'
  },
  EPD_MODULE_UNDECLARED: {
    rule: 'E15',
    severity: 'error',
    title: 'A value stands in a module that the boundary does not declare'
  },
  EPD_MODULE_BLANK: {
    rule: 'E15',
    severity: 'warning',
    title: 'A value is marked as not declared in a module that the boundary declares'
  },
  EPD_VALUE_INVALID: {
    rule: 'E16',
    severity: 'error',
    title: 'A value is not a decimal that can be read'
  },
  EPD_VALUE_DUPLICATE: {
    rule: 'E16',
    severity: 'error',
    title: 'The same indicator, method, module and scenario has two values'
  },
  EPD_MODULE_OVERLAP: {
    rule: 'E17',
    severity: 'warning',
    title: 'A sum of modules is stated beside its parts; the figures must never be added up'
  },
  EPD_MODULE_SUM: {
    rule: 'E17',
    severity: 'error',
    title: 'A sum of modules is not the sum of its parts'
  },
  EPD_INDICATOR_SUM: {
    rule: 'E18',
    severity: 'error',
    title: 'A total is not the sum of its parts (GWP-total, PERT, PENRT)'
  },
  EPD_NEGATIVE_A1A3: {
    rule: 'E19',
    severity: 'warning',
    title: 'The footprint at the gate is negative without uptake of carbon or an explained credit'
  },
  EPD_IMPLAUSIBLE_GWP: {
    rule: 'E20',
    severity: 'error',
    title: 'The footprint per kilogram cannot be; a warning where it is only unusual'
  }
} as const satisfies Record<string, RuleEntry>
