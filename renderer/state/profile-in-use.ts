// Which profiles there are and which is in use, as the host told last.
import { create } from 'zustand';
import { DEFAULT_PROFILE, type ProfileState } from '../../contract/index.ts';

export const useProfiles = create<ProfileState>(() => ({ now: DEFAULT_PROFILE, names: [] }));
