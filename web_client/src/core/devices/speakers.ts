/** The speakers of this machine that have a name: browsers tell names once a microphone was allowed. */
export async function speakers(): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  // "default" is what "" means as well.
  return devices.filter((one) => one.kind === "audiooutput" && one.label && one.deviceId !== "default");
}
