// What a look for a newer release says, beside contract/messages-en.ts.
export const RELEASE_ENGLISH = {
  'release-nowhere': 'This build was given no address of releases and no key: nothing was asked.',
  'release-no-key': 'The key that releases are signed with is no Ed25519 key: nothing was asked.',
  'release-address': '{address} is neither a file nor an https address.',
  'release-file': '{path}: {why}',
  'release-answer': 'The address of releases answered with status {status:plain}.',
  'release-large': 'What the address of releases answered is larger than {bytes} bytes, which no notice is.',
  'release-unreached': 'The address of releases was not reached: {why}',
  'release-not-signed':
    'The notice of the newest release is not signed with our key: somebody changed it. Do not install \
what it names.',
  'release-damaged':
    'The notice of the newest release is signed and cannot be understood: it may be for later versions.',
  'release-old':
    'The notice of the newest release was good until {until}. An old one is shown, or this clock is wrong.',
} as const;
