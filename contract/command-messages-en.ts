// What the command line alone says of its options and inputs.
export const COMMAND_ENGLISH = {
  'cli-field-unknown':
    "there is no field '{name}'; tshark -G fields and the window's filter offer those that there are",
  'cli-field-like': "there is no field '{name}'; did you mean {near}?",
  'cli-field-column': "there is no column '{name}': number, time, source, destination, protocol, length or info",
  'cli-field-not-printed': "'{name}' holds no value that can be printed",
  'cli-fields-cut': 'of {n} {n:packet|packets} a hidden field is longer than the dissector tells, and was cut',
} as const;
