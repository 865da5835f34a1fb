// What the host says of marks and times, beside contract/messages-en.ts.
export const ROW_WORK_ENGLISH = {
  'list-reordered': 'The list has another order now: choose the rows again.',
  'field-comment': 'a comment of the packet, of the file or written here',
  'field-time-reference': 'is a time reference',
  'relative-with-references':
    'frame.time_relative counts from time references, which the dissection engine does not know: filter by it alone, or take the references away.',
} as const;
