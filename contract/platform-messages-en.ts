// What the platform's server says to people, beside contract/messages-en.ts.
export const PLATFORM_ENGLISH = {
  // who asks
  'not-signed-in': 'Sign in first.',
  'wrong-name-or-password': 'The name or the password is wrong.',
  'locked-out': 'Too many attempts failed. Try again in {minutes} {minutes:minute|minutes}.',
  'not-an-admin': 'Only administrators can do this.',
  'wrong-origin': 'This request does not come from a page of this server.',
  'wrong-host': 'This server does not answer at that name.',
  'no-csrf-token': 'This page is older than its session. Load it again.',
  'key-cannot': 'This needs a session in a browser: an API key cannot do it.',
  'registration-off': 'Nobody can register at this server.',
  'registration-by-invitation': 'To register here takes an invitation that is good and was not used.',
  'name-taken': 'There is an account with this name already.',
  'bad-name':
    'A name has {least:plain} to {most:plain} letters, digits, dots, hyphens and underscores, and begins with a letter or digit.',
  'password-short': 'A password has {least:plain} characters or more.',
  'password-long': 'A password has {most:plain} characters or fewer.',
  'password-easy': 'This password is easy to guess: it is the name, or nearly the same characters all through.',
  'wrong-password': 'The password is wrong.',
  'last-admin': 'This is the last administrator: make another one first.',
  'too-many-keys': 'An account has {most:plain} API keys at most; delete one first.',
  // what is asked
  'request-not-understood': 'This cannot be understood: {why}.',
  'no-such-thing': 'There is no such thing here.',
  'too-large-request': 'What was sent is larger than it may be.',
  'too-slow': 'The request came too slowly and was ended.',
  'asked-too-often': 'Too many requests. Try again in {seconds} {seconds:second|seconds}.',
  'server-busy': 'The server has too much to do at the moment. Try again soon.',
  'server-fault': 'A fault of the server. It was written to its log under {id}.',
  'too-many-shares': 'A capture has {most:plain} shares at most; delete one first.',
  'capture-no-such-flow': 'This capture has no such flow.',
} as const;
