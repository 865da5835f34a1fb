// What is said of learning a network, beside contract/messages-en.ts.
export const LEARNING_ENGLISH = {
  'learn-when-done': 'A network is learned from a capture that was read to its end or is stopped.',
  'learn-only-live': 'Only the hours of a live capture are waited for.',
  'learn-other-model': `This capture is judged by another model than the one in use: open it again to learn from it.`,
  'nothing-learned-of': 'Nothing is learned of the network {name}.',
  'nothing-reviewed': 'Nothing was reviewed that could be kept.',
  'baseline-unreadable':
    'The learned baseline {path} cannot be read: {why}. Verdicts are against other networks; learn again.',
} as const;
