package org.libvirt.sandbox.examples;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameterizedType;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Stream;

/** Who may know whom, over all modules; the examples are where all of them are visible. */
@AnalyzeClasses(
    packages = "org.libvirt.sandbox",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoSharedTests.class})
final class ArchitectureTest {
  /** Leaves out the tests that other modules share. */
  static final class NoSharedTests implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  private static final String[] CONFIG = {
    "org.libvirt.sandbox.config..", "org.libvirt.sandbox.domain.."
  };
  private static final String LXC = "org.libvirt.sandbox.builder.lxc..";
  private static final String QEMU = "org.libvirt.sandbox.builder.qemu..";
  private static final String EXAMPLES = "org.libvirt.sandbox.examples..";

  private static final DescribedPredicate<JavaClass> OURS =
      resideInAPackage("org.libvirt.sandbox..");
  private static final DescribedPredicate<JavaClass> NATIVE_LIBRARIES =
      resideInAPackage("com.sun.jna..")
          .or(resideInAPackage("org.libvirt..").and(DescribedPredicate.not(OURS)))
          .as("classes of JNA and libvirt-java");
  private static final DescribedPredicate<JavaClass> GUAVA =
      resideInAPackage("com.google.common..").as("classes of Guava");

  @ArchTest
  static final ArchRule the_configuration_knows_none_of_the_other_modules =
      noClasses()
          .that()
          .resideInAnyPackage(CONFIG)
          .should()
          .dependOnClassesThat(OURS.and(DescribedPredicate.not(resideInAnyPackage(CONFIG))))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule the_api_names_no_builder =
      noClasses()
          .that()
          .resideOutsideOfPackages(LXC, QEMU, EXAMPLES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(LXC, QEMU, EXAMPLES)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule the_container_builder_knows_neither_the_machine_builder_nor_the_examples =
      noClasses()
          .that()
          .resideInAPackage(LXC)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(QEMU, EXAMPLES)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule the_machine_builder_knows_neither_the_container_builder_nor_the_examples =
      noClasses()
          .that()
          .resideInAPackage(QEMU)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(LXC, EXAMPLES)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule builders_know_neither_contexts_nor_consoles =
      noClasses()
          .that()
          .resideInAnyPackage(LXC, QEMU)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.libvirt.sandbox.context..", "org.libvirt.sandbox.console..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule contexts_and_consoles_write_no_xml =
      noClasses()
          .that()
          .resideInAnyPackage("org.libvirt.sandbox.context..", "org.libvirt.sandbox.console..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.libvirt.sandbox.domain..", "jakarta.xml..", "javax.xml..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule native_libraries_are_seen_in_one_package_only =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.libvirt.sandbox")
          .should()
          .dependOnClassesThat(NATIVE_LIBRARIES)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule the_configuration_has_no_native_code =
      methods()
          .that()
          .areDeclaredInClassesThat()
          .resideInAnyPackage(CONFIG)
          .should()
          .notHaveModifier(JavaModifier.NATIVE)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule packages_form_no_cycles =
      slices().matching("org.libvirt.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule no_promised_method_shows_guava =
      codeUnits()
          .that(describe("callers can reach", ArchitectureTest::isPromised))
          .should(showNothingOfGuava())
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule no_promised_field_shows_guava =
      noFields()
          .that(describe("callers can reach", ArchitectureTest::isPromised))
          .should()
          .haveRawType(GUAVA)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule no_promised_type_extends_guava =
      noClasses()
          .that(describe("callers can reach", ArchitectureTest::isPromised))
          .should()
          .beAssignableTo(GUAVA)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule nobody_sleeps_to_wait =
      noClasses()
          .should()
          .callMethodWhere(
              describe(
                  "a thread sleeps",
                  call ->
                      call.getTarget().getName().equals("sleep")
                          && Stream.of("java.lang.Thread", "java.util.concurrent.TimeUnit")
                              .anyMatch(call.getTargetOwner().getName()::equals)))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule what_is_internal_is_not_public =
      noClasses()
          .that()
          .resideInAPackage("..internal..")
          .should()
          .bePublic()
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule no_class_is_named_after_its_role_in_the_code =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameEndingWith("Impl")
          .allowEmptyShould(true);

  /** Virtual threads wait in locks; in a monitor they hold up their carrier until JDK 24. */
  @ArchTest
  static final ArchRule the_console_waits_in_locks_not_in_monitors =
      noCodeUnits()
          .that()
          .areDeclaredInClassesThat()
          .resideInAPackage("org.libvirt.sandbox.console..")
          .should()
          .haveModifier(JavaModifier.SYNCHRONIZED)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule every_package_says_what_is_null =
      classes()
          .that()
          .doNotHaveSimpleName("package-info")
          .should(resideInANullMarkedPackage())
          .allowEmptyShould(true);

  private ArchitectureTest() {}

  private static ArchCondition<JavaCodeUnit> showNothingOfGuava() {
    return new ArchCondition<>("show no type of Guava") {
      @Override
      public void check(JavaCodeUnit method, ConditionEvents events) {
        Stream.of(
                Stream.of(method.getReturnType()),
                method.getParameterTypes().stream(),
                method.getExceptionTypes().stream().map(JavaType.class::cast))
            .flatMap(types -> types)
            .flatMap(ArchitectureTest::mentioned)
            .filter(GUAVA)
            .forEach(
                type ->
                    events.add(
                        SimpleConditionEvent.violated(
                            method, method.getFullName() + " shows " + type.getName())));
      }
    };
  }

  private static Stream<JavaClass> mentioned(JavaType type) {
    Stream<JavaClass> raw = Stream.of(type.toErasure().getBaseComponentType());
    return type instanceof JavaParameterizedType parameterized
        ? Stream.concat(
            raw,
            parameterized.getActualTypeArguments().stream().flatMap(ArchitectureTest::mentioned))
        : raw;
  }

  private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
    return new ArchCondition<>("reside in a package marked @NullMarked") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (!type.getPackage().isAnnotatedWith("org.jspecify.annotations.NullMarked")) {
          events.add(
              SimpleConditionEvent.violated(
                  type, type.getPackageName() + " has no package-info with @NullMarked"));
        }
      }
    };
  }

  private static boolean isPromised(JavaCodeUnit method) {
    return isPromised(method.getOwner()) && isPromised(method.getModifiers());
  }

  private static boolean isPromised(JavaField field) {
    return isPromised(field.getOwner()) && isPromised(field.getModifiers());
  }

  private static boolean isPromised(JavaClass type) {
    return isPromised(type.getModifiers())
        && type.getEnclosingClass().map(ArchitectureTest::isPromised).orElse(true);
  }

  private static boolean isPromised(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }
}
