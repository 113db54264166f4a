import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { RegistryError } from '../../errors.ts'
import type { DeliveredBatch } from '../../registry/reports/delivery.ts'

/** The batches of a report on several, and kilograms of each. Both arrive as arrays: see `repeatable`. */
export const deliveryParameters = {
  batch: Type.Array(Type.String({ format: 'uuid' }), {
    minItems: 1,
    maxItems: 50,
    description:
      'A batch, each once. Repeat it for several: `batch=A&quantityKg=12.5&batch=B&quantityKg=3`.'
  }),
  quantityKg: Type.Optional(
    Type.Array(Type.String({ pattern: '^\\d{1,12}(\\.\\d{1,9})?$', examples: ['12.5'] }), {
      maxItems: 50,
      description:
        'Dry kilograms of each batch, in the order of `batch`. Leave it out where whole batches are meant.'
    })
  )
}

/** A parameter that may be repeated is a list, also when it comes once. */
export function repeatable(request: FastifyRequest): void {
  const query = request.query as Record<string, unknown>
  for (const name of Object.keys(deliveryParameters)) {
    if (typeof query[name] === 'string') query[name] = [query[name]]
  }
}

/** Throws `REQUEST_INVALID` where some batches have a quantity and others none. */
export function deliveredOf({
  batch,
  quantityKg
}: {
  readonly batch: readonly string[]
  readonly quantityKg?: readonly string[]
}): readonly DeliveredBatch[] {
  if (quantityKg !== undefined && quantityKg.length !== batch.length) {
    throw new RegistryError(
      'REQUEST_INVALID',
      `There are ${batch.length} batches and ${quantityKg.length} quantities; give one quantityKg for each batch, or none.`,
      { details: [{ pointer: 'quantityKg', message: 'must be as many as there are batches' }] }
    )
  }
  return batch.map((id, index) => ({ batch: id, quantityKg: quantityKg?.[index] ?? null }))
}
