import type { ElectronicDeviceRule } from '../rule-set.ts'
import type { ConsideredException, ExceptionContext } from './exception.ts'
import { considered } from './exception.ts'

/** 252.225-7052(c)(1)(iii): an electronic device, unless the contract says otherwise. */
export function considerElectronicDevice(
  rule: ElectronicDeviceRule,
  { facts }: ExceptionContext
): ConsideredException {
  if (facts.electronicDevice !== true) {
    return considered(rule, 'not_claimed', 'requester', `${rule.text}: not declared`)
  }
  return {
    ...considered(rule, 'applies', 'requester', `${rule.text}, as the requester declares`),
    conditions: [rule.condition]
  }
}
