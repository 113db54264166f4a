import type { Transaction } from '../../src/storage/database.ts'

/** A transaction that adds the names of the statements it only sends to `asked`. */
export function watched(tx: Transaction, asked: string[]): Transaction {
  return {
    query: tx.query.bind(tx),
    flush: () => tx.flush(),
    send: (statement, done) => {
      asked.push(statement.name ?? '')
      tx.send(statement, done)
    },
    appendsAt: tx.appendsAt.bind(tx),
    goesOnAt: tx.goesOnAt.bind(tx),
    expectsAt: tx.expectsAt.bind(tx)
  }
}
