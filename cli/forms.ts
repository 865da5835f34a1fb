// Forms of dissections on the command line, apart from what makes them, which loads Wireshark's engine.
export const FORMS = ['text', 'json', 'pdml', 'psml', 'csv', 'c'] as const;
export type Form = (typeof FORMS)[number];
