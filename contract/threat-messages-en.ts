// What the window's engine says of threat rules and lists, beside contract/messages-en.ts.
export const THREAT_ENGLISH = {
  'what-threat': 'which threat rules and lists are asked',
  'threat-not-written': 'Which threat rules are asked could not be written: {why}.',
  'threat-rules-lost': 'Threat rules are not asked of this capture: {why}.',
  'threat-lists-lost': 'Lists are not held against this capture: {why}.',
  'threat-rules-missed':
    'Threat rules did not see {segments:plain} {segments:segment|segments} of this capture: they went before they were read.',
  'threat-no-rules': 'No rules are asked of this capture: add some first.',
  'threat-no-rule': 'There is no rule {gid:plain}:{sid:plain} in the files that are named.',
  'threat-not-own': 'Rule {gid:plain}:{sid:plain} is none of the own ones: it can be switched off.',
  'threat-rule-moved': 'The file of rule {gid:plain}:{sid:plain} has changed since it was read: read it again.',
  'threat-made-silent':
    'this rule does not match what it was made from: rules look at what packets carry, and not at their headers',
  'threat-no-text': 'this is no rule',
  'threat-path-relative': '{path} is no whole path',
  'threat-own-unreadable': 'The file of own rules cannot be read: {why}.',
} as const;
