// English words of profiles.
export const profilesEn = {
  'profiles.title': 'Profiles',
  'profiles.default': 'Default',
  'profiles.now': 'Profile: {name}',
  'profiles.hint': 'Columns, colours, filters, preferences of protocols, panes and times under a name',
  'profiles.switch': 'Switch profile',
  'profiles.manage': 'Manage profiles…',
  'profiles.lead':
    'A profile holds the settings, saved filters and macros, preferences of protocols and the panes. What you change ' +
    'is kept in the one that is in use. Labels, incidents and TLS keys belong to none.',
  'profiles.inUse': 'in use',
  'profiles.use': 'Use',
  'profiles.useNamed': 'Use the profile {name}',
  'profiles.more': 'More of {name}',
  'profiles.copy': 'Copy',
  'profiles.rename': 'Rename',
  'profiles.delete': 'Delete',
  'profiles.export': 'Export…',
  'profiles.import': 'Import…',
  'profiles.new': 'New profile',
  'profiles.name': 'Name',
  'profiles.create': 'Create',
  'profiles.copyOf': '{name} copy',
  'profiles.used': 'The profile {name} is used from now on.',
  'profiles.exported': 'The profile {name} is written to a file.',
  'profiles.imported': 'The profile {name} is here now; it is used when you say so.',
  'profiles.deleted': 'The profile {name} is deleted.',
} as const;
