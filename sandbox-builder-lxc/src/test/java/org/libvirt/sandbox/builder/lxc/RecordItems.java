package org.libvirt.sandbox.builder.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.libvirt.sandbox.builder.LaunchRecord;

/** A launch record's items of the sandbox, read as docs/protocol.md describes them. */
final class RecordItems {
  private record Item(int tag, ByteBuffer value) {}

  private final List<Item> items = new ArrayList<>();

  RecordItems(LaunchRecord record) {
    ByteBuffer bytes = ByteBuffer.wrap(record.toByteArray());
    bytes.getInt(); // LSR1
    while (bytes.hasRemaining()) {
      int tag = bytes.getInt();
      byte[] value = new byte[bytes.getInt()];
      bytes.get(value);
      items.add(new Item(tag, ByteBuffer.wrap(value)));
    }
  }

  List<String> masks() {
    return paths(1);
  }

  List<String> sockets() {
    return paths(5);
  }

  List<String> directoriesOfSockets() {
    return paths(6);
  }

  private List<String> paths(int tag) {
    return items.stream().filter(item -> item.tag == tag).map(item -> text(item, 0)).toList();
  }

  /** Each as path and flags. */
  List<String> mountFlags() {
    return items.stream()
        .filter(item -> item.tag == 3)
        .map(item -> text(item, 4) + " " + item.value.getInt(0))
        .toList();
  }

  /** Each as path and content. */
  List<String> files() {
    return items.stream()
        .filter(item -> item.tag == 2 || item.tag == 15)
        .map(
            item -> {
              int end = 8 + item.value.getInt(4);
              return text(item, 8, end) + " " + text(item, end);
            })
        .toList();
  }

  /** Each as uid, gid, source and target. */
  List<String> copies() {
    return copies(7);
  }

  /** Each as uid, gid, source and target. */
  List<String> covers() {
    return copies(8);
  }

  private List<String> copies(int tag) {
    return items.stream()
        .filter(item -> item.tag == tag)
        .map(
            item -> {
              int end = 12 + item.value.getInt(8);
              return "%d %d %s %s"
                  .formatted(
                      item.value.getInt(0),
                      item.value.getInt(4),
                      text(item, 12, end),
                      text(item, end));
            })
        .toList();
  }

  /** Each as text and path. */
  List<String> links() {
    return items.stream()
        .filter(item -> item.tag == 9)
        .map(
            item -> {
              int end = 4 + item.value.getInt(0);
              return text(item, 4, end) + " " + text(item, end);
            })
        .toList();
  }

  /** Each as uid, gid, mode and path. */
  List<String> owners() {
    return items.stream()
        .filter(item -> item.tag == 10)
        .map(
            item ->
                "%d %d %o %s"
                    .formatted(
                        item.value.getInt(0),
                        item.value.getInt(4),
                        item.value.getInt(8),
                        text(item, 12)))
        .toList();
  }

  List<String> temporary() {
    return items.stream().filter(item -> item.tag == 4).map(item -> text(item, 12)).toList();
  }

  List<String> hostNames() {
    return paths(11);
  }

  /** Each as number and flags. */
  List<String> interfaces() {
    return items.stream()
        .filter(item -> item.tag == 12)
        .map(item -> item.value.getInt(0) + " " + item.value.getInt(4))
        .toList();
  }

  private static String text(Item item, int from) {
    return text(item, from, item.value.limit());
  }

  private static String text(Item item, int from, int to) {
    byte[] bytes = new byte[to - from];
    item.value.get(from, bytes);
    return new String(bytes, UTF_8);
  }
}
