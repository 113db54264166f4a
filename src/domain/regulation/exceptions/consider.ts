import type { ExceptionRule } from '../rule-set.ts'
import { inForce } from '../rule-version.ts'
import { considerCots } from './cots.ts'
import { considerDeclared } from './declared.ts'
import { considerElectronicDevice } from './electronic-device.ts'
import type { ConsideredException, ExceptionContext } from './exception.ts'
import { considerMillProduct } from './mill-product.ts'
import { considerUsRecycled } from './us-recycled.ts'

/** Considers every exception that is in force on the delivery date, in the order of the data. */
export function considerExceptions(context: ExceptionContext): ConsideredException[] {
  return context.clause.exceptions
    .filter((rule) => inForce(rule, context.facts.deliveryDate))
    .map((rule) => consider(rule, context))
}

function consider(rule: ExceptionRule, context: ExceptionContext): ConsideredException {
  switch (rule.rule) {
    case 'cots':
      return considerCots(rule, context)
    case 'mill-product':
      return considerMillProduct(rule, context)
    case 'electronic-device':
      return considerElectronicDevice(rule, context)
    case 'us-recycled':
      return considerUsRecycled(rule, context)
    case 'declared':
      return considerDeclared(rule, context)
  }
}
