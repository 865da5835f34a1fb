import { build, buildHelper, buildWindow, install } from './setup.mjs';

install();
build();
buildWindow();
buildHelper();
