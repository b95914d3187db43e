#!/bin/sh
# Writes what `muen hardware` reads of the Linux machine that it runs on, as a compressed archive, to standard output: sh record.sh > machine.tar.gz. As root; busybox will do.
cd / && tree=$(mktemp -d) || exit 1
for file in proc/cpuinfo proc/iomem proc/ioports sys/firmware/acpi/tables/APIC sys/firmware/acpi/tables/DMAR sys/firmware/acpi/tables/MCFG sys/firmware/memmap/*/* \
    sys/class/iommu/*/intel-iommu/* sys/devices/system/cpu/cpu0/tsc_freq_khz; do
    [ -f "$file" ] && mkdir -p "$tree/${file%/*}" && cat "$file" > "$tree/$file"
done
for device in sys/bus/pci/devices/*; do
    mkdir -p "$tree/$device"
    for file in vendor device class revision resource irq config; do cat "$device/$file" > "$tree/$device/$file"; done
done
if [ -e dev/cpu/0/msr ]; then
    # Of the registers only IA32_VMX_MISC, at its place.
    mkdir -p "$tree/dev/cpu/0" && dd if=dev/cpu/0/msr of="$tree/dev/cpu/0/msr" bs=1 count=8 skip=1157 seek=1157 2>/dev/null
fi
tar -C "$tree" -c . | gzip -9
rm -r "$tree"
