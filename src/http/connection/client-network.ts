import { isIPv4, isIPv6 } from 'node:net'

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i
const LONGEST_TEXT = 64

/**
 * Who counts as one client among those that only have an address: an IPv4 address, or the /64 of an
 * IPv6 address, within which anybody picks addresses at will (RFC 6177). A connection that has ended
 * before anybody looked has no address any more, whatever the types say.
 */
export function networkOf(address: string | undefined): string {
  if (address === undefined) return 'gone'
  if (isIPv4(address)) return address
  const mapped = MAPPED_IPV4.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return address.slice(0, LONGEST_TEXT)
  const [head = '', tail] = address.replace(/%.*$/, '').split('::')
  const before = groups(head)
  const after = groups(tail ?? '')
  const between = Array.from({ length: 8 - before.length - after.length }, () => '0')
  const all = tail === undefined ? before : [...before, ...between, ...after]
  return `${all.slice(0, 4).map(shortest).join(':')}::/64`
}

/** A dotted tail stands for two groups; only how many there are matters. */
function groups(text: string): string[] {
  return text === '' ? [] : text.split(':').flatMap((part) => (isIPv4(part) ? ['0', '0'] : [part]))
}

function shortest(group: string): string {
  return group.toLowerCase().replace(/^0+(?=.)/, '')
}
