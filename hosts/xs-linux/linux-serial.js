// JavaScript, so that its types can be its own: on Linux the SDK's class has options and methods that its typings do not know.
export { default as LinuxSerial } from 'embedded:io/serial';
