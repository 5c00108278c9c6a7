#!/bin/sh
# Starts this machine's own system a second time, in the namespaces that it is called in: begin.sh KEPT PATH:THERE…
# What it writes goes to KEPT, in memory; each PATH is THERE and may be read by everybody.
set -eu
kept=$1
shift
system=$kept/system
mount --make-rprivate /
mkdir -p "$kept/written" "$kept/work" "$system"
mount -t overlay -o "lowerdir=/,upperdir=$kept/written,workdir=$kept/work" overlay "$system"
number=0
for pair in "$@"; do
    path=${pair%%:*} there=${pair#*:}
    number=$((number + 1))
    # what lies on another file system than the root's, or has another place there; at the next start it does again
    if [ -e "$kept/$number" ] || [ ! -e "$system$there" ]; then
        mkdir -p "$kept/$number/written" "$kept/$number/work" "$system$there"
        mount -t overlay -o "lowerdir=$path,upperdir=$kept/$number/written,workdir=$kept/$number/work" overlay "$system$there"
    fi
    while [ "$there" != / ]; do
        chmod a+rx "$system$there"
        there=$(dirname "$there")
    done
done
cd "$system"
mount -t proc proc proc
mount -t sysfs sysfs sys
# the kernel is everybody's: nothing of it is set from here
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -o remount,bind,ro sys
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do : >dev/$device && mount --bind /dev/$device dev/$device; done
for stream in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${stream%:*}" "dev/${stream#*:}"; done
ln -s /proc/self/fd dev/fd
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs tmpfs dev/shm
# of the machine's own services only those that every start needs
[ -e "$kept/begun" ] || rm -rf etc/systemd/system/*.wants etc/rc?.d/S*
: >"$kept/begun"
mkdir -p before
pivot_root . before
umount -l before
exec env -i container=nirweb PATH=/usr/sbin:/usr/bin:/sbin:/bin "$(command -v /lib/systemd/systemd /usr/lib/systemd/systemd | head -n1)" \
    --unit=multi-user.target --show-status=no
