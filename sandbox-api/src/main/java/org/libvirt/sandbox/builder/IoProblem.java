package org.libvirt.sandbox.builder;

import com.google.common.base.CharMatcher;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** What a file system refused, in words: the JDK puts the kind in the exception's class alone. */
public final class IoProblem {
  private IoProblem() {}

  /**
   * One line without a stop: the file, where it is known, and what is wrong with it.
   *
   * @param e what the file system said
   * @return such as {@code /srv/data: permission denied}
   */
  public static String words(IOException e) {
    if (e instanceof FileSystemException problem) {
      String kind = kind(problem);
      return oneLine(problem.getFile() == null ? kind : problem.getFile() + ": " + kind);
    }
    return oneLine(said(e.getMessage()));
  }

  private static String kind(FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return "does not exist";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "exists already";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "is not empty";
    }
    return said(e.getReason());
  }

  private static String said(@Nullable String words) {
    return words == null || words.isBlank() ? "the system gave no reason" : words;
  }

  private static String oneLine(String words) {
    return CharMatcher.javaIsoControl()
        .or(CharMatcher.whitespace())
        .trimAndCollapseFrom(words, ' ');
  }
}
