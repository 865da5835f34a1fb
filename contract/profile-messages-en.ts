// What the host says of profiles, beside contract/messages-en.ts.
export const PROFILE_ENGLISH = {
  'no-such-profile': "There is no profile '{name}'.",
  'profile-name': "'{name}' is no name of a profile: letters, digits, spaces, dots and dashes, at most {max:plain}.",
  'profile-there': "There is a profile '{name}' already.",
  'profile-default': 'The default profile cannot be renamed or deleted.',
  'too-many-profiles': 'There are {max:plain} profiles, and no more can be kept.',
  'profile-not-done': 'The profile could not be changed: {why}',
  'what-profile': 'the name of the profile in use',
  'what-layout': 'the layout of the profile',
  'profile-not-written': 'The profile could not be written: {why}.',
  'no-profile-file': '{path} is no profile of Sightline.',
} as const;
