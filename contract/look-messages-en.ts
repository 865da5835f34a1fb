// What names of addresses and colouring rules say, beside contract/messages-en.ts.
export const LOOK_ENGLISH = {
  'hosts-unreadable': 'The hosts file {path} is not used: {why}.',
  'hosts-none': 'There is no hosts file {path}.',
  'hosts-lines-left': 'Of the hosts file {path} the first {taken} names are used.',
  'not-an-address': "'{text}' is no address of IPv4, IPv6 or Ethernet.",
  'not-a-name': "'{text}' cannot be a name: it is empty, or looks like an address.",
  'names-too-many': 'At most {most} addresses can be named by hand.',
  'names-left': '{left} further names of the capture are not listed: there are too many.',
  'names-none':
    'Names come from the user, a hosts file, and what the capture itself says: nothing is asked of any server.',
  'what-colours': 'The file of colouring rules',
  'colours-not-written': 'The colouring rules could not be written: {why}.',
  'colour-no-filter': 'The rule has no filter.',
  'colour-odd-name': "A rule's name holds no '@' and no line break: the file of rules is read by them.",
  'colour-odd-filter': "A rule's filter holds no '@' and no line break: the file of rules is read by them.",
  'colours-lines-left': '{left} lines of {path} are no colouring rules, and were left out.',
} as const;
