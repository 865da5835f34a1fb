// How long the name of a profile may be, apart from what profiles hold, whose requests name them.
export const MAX_PROFILE_NAME = 60;
