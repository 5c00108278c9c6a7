"""A small virtual machine with the real bluetoothd and kernel, and the bridge in it: built, booted, judged by true light."""
