// The seventh door: lists of indicators, read and held against captures.
export { IndicatorSet, type ListRead, loadIndicatorsNow, type ToldLine } from './indicators/index.ts';
