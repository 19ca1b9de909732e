package org.libvirt.sandbox.guest;

import com.google.common.net.InetAddresses;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A launch record in the making, item by item; nothing in it is checked. */
final class LaunchRecord {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private LaunchRecord() {
    bytes.writeBytes("LSR1".getBytes(StandardCharsets.UTF_8));
  }

  static LaunchRecord empty() {
    return new LaunchRecord();
  }

  /** A program of uid 0 and gid 0 with nothing but a PATH. */
  static LaunchRecord of(String... arguments) {
    return as(0, 0, arguments);
  }

  static LaunchRecord as(int uid, int gid, String... arguments) {
    var record = empty().numbers(19, uid).numbers(20, gid).variable("PATH=/usr/bin:/bin");
    for (String argument : arguments) {
      record.text(16, argument);
    }
    return record;
  }

  static LaunchRecord shell(String script) {
    return of("sh", "-c", script);
  }

  LaunchRecord item(int tag, byte... value) {
    bytes.writeBytes(ByteBuffer.allocate(8).putInt(tag).putInt(value.length).array());
    bytes.writeBytes(value);
    return this;
  }

  LaunchRecord text(int tag, String value) {
    return item(tag, value.getBytes(StandardCharsets.UTF_8));
  }

  LaunchRecord numbers(int tag, int... numbers) {
    return item(tag, Frame.ofNumbers(0, 0, numbers).payload());
  }

  LaunchRecord variable(String value) {
    return text(17, value);
  }

  LaunchRecord directory(String path) {
    return text(18, path);
  }

  LaunchRecord capabilities(long set) {
    return item(22, ByteBuffer.allocate(8).putLong(set).array());
  }

  LaunchRecord terminal(int rows, int columns) {
    return numbers(24, rows, columns);
  }

  LaunchRecord console(String path) {
    return text(28, path);
  }

  LaunchRecord limit(int resource, long soft, long hard) {
    return item(25, ByteBuffer.allocate(20).putInt(resource).putLong(soft).putLong(hard).array());
  }

  LaunchRecord mask(String path) {
    return text(1, path);
  }

  LaunchRecord file(int mode, String path, String content) {
    return content(2, mode, path, content);
  }

  private LaunchRecord content(int tag, int mode, String path, String content) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    byte[] text = content.getBytes(StandardCharsets.UTF_8);
    return item(
        tag,
        ByteBuffer.allocate(8 + name.length + text.length)
            .putInt(mode)
            .putInt(name.length)
            .put(name)
            .put(text)
            .array());
  }

  LaunchRecord flags(int flags, String path) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    return item(3, ByteBuffer.allocate(4 + name.length).putInt(flags).put(name).array());
  }

  LaunchRecord tmpfs(long size, int mode, String path) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    return item(
        4, ByteBuffer.allocate(12 + name.length).putLong(size).putInt(mode).put(name).array());
  }

  LaunchRecord socket(String path) {
    return text(5, path);
  }

  LaunchRecord sockets(String path) {
    return text(6, path);
  }

  LaunchRecord copy(int uid, int gid, String source, String target) {
    return copied(7, uid, gid, source, target);
  }

  LaunchRecord cover(int uid, int gid, String source, String target) {
    return copied(8, uid, gid, source, target);
  }

  private LaunchRecord copied(int tag, int uid, int gid, String source, String target) {
    byte[] from = source.getBytes(StandardCharsets.UTF_8);
    byte[] to = target.getBytes(StandardCharsets.UTF_8);
    return item(
        tag,
        ByteBuffer.allocate(12 + from.length + to.length)
            .putInt(uid)
            .putInt(gid)
            .putInt(from.length)
            .put(from)
            .put(to)
            .array());
  }

  LaunchRecord link(String text, String path) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    return item(
        9,
        ByteBuffer.allocate(4 + content.length + name.length)
            .putInt(content.length)
            .put(content)
            .put(name)
            .array());
  }

  LaunchRecord mount(int flags, int kind, String source, String path) {
    byte[] from = source.getBytes(StandardCharsets.UTF_8);
    byte[] to = path.getBytes(StandardCharsets.UTF_8);
    return item(
        30,
        ByteBuffer.allocate(12 + from.length + to.length)
            .putInt(flags)
            .putInt(kind)
            .putInt(from.length)
            .put(from)
            .put(to)
            .array());
  }

  LaunchRecord owner(int uid, int gid, int mode, String path) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    return item(
        10,
        ByteBuffer.allocate(12 + name.length)
            .putInt(uid)
            .putInt(gid)
            .putInt(mode)
            .put(name)
            .array());
  }

  LaunchRecord networkInterface(int number, int flags) {
    return numbers(12, number, flags);
  }

  /** An address; a second one is the broadcasts'. */
  LaunchRecord address(int number, int prefix, String... addresses) {
    return addresses(13, number, prefix, addresses);
  }

  LaunchRecord route(int number, String target, int prefix, String gateway) {
    return addresses(14, number, prefix, target, gateway);
  }

  private LaunchRecord addresses(int tag, int number, int prefix, String... addresses) {
    var value = ByteBuffer.allocate(8 + 16 * addresses.length).putInt(number).putInt(prefix);
    for (String address : addresses) {
      value.put(InetAddresses.forString(address).getAddress());
    }
    return item(tag, Arrays.copyOf(value.array(), value.position()));
  }

  LaunchRecord nameServers(int mode, String path, String content) {
    return content(15, mode, path, content);
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }
}
