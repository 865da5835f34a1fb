import { build, buildHelper, buildPages, buildWindow, install } from './setup.mjs';

install();
build();
buildWindow();
buildPages();
buildHelper();
