"""
Runs one Pulumi program on the SDK that is installed where it runs (engine reference 1.7). Radiant starts it by the
program's own Python; it depends on that SDK and on nothing else.
"""

import argparse
import asyncio
import inspect
import logging
import os
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor

# The host knows both: run-python-program.ts.
REPORTED = 32
NO_SDK = 97

HERE = os.path.abspath(__file__)


def read_arguments():
    parser = argparse.ArgumentParser(description="Runs a Pulumi program.", allow_abbrev=False)
    for name in ("monitor", "engine", "organization", "project", "root_directory", "stack", "pwd"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--dry_run", required=True, choices=("true", "false"))
    parser.add_argument("--parallel", required=True, type=int)
    parser.add_argument("--is_debugged", required=True, choices=("true", "false"))
    parser.add_argument("--attach_debugger", required=True, choices=("true", "false"))
    parser.add_argument("--install_with", required=True, help="the command that installs a package, without its name")
    parser.add_argument("program", help="a folder with a __main__.py, or a file")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser.parse_args()


def forget_this_folder():
    """Python puts the folder of a script first among those that modules come from: here, ours."""
    folder = os.path.dirname(HERE)
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or os.curdir) != folder]


def write_utf8():
    """What Radiant reads is UTF-8, whatever the console of this machine would show."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")


def settings_of(arguments, runtime):
    """Settings as this SDK knows them: each version has added some."""
    known = inspect.signature(runtime.Settings.__init__).parameters
    all_settings = {
        "monitor": arguments.monitor,
        "engine": arguments.engine,
        "organization": arguments.organization,
        "project": arguments.project,
        "root_directory": arguments.root_directory,
        "stack": arguments.stack,
        "dry_run": arguments.dry_run == "true",
        "parallel": arguments.parallel,
    }
    return runtime.Settings(**{name: value for name, value in all_settings.items() if name in known})


def configure(arguments, runtime):
    runtime.configure(settings_of(arguments, runtime))
    if hasattr(runtime, "set_all_config") and hasattr(runtime, "get_config_secret_keys_env"):
        runtime.set_all_config(runtime.get_config_env(), runtime.get_config_secret_keys_env())
        return
    for key, value in runtime.get_config_env().items():
        runtime.set_config(key, value)


def silence_debugging(pulumi):
    """The SDK waits for the engine to take each message, several for each resource, though nobody may be listening."""
    pulumi.log.debug = lambda *_, **__: None


def wait_for_debugger(arguments, pulumi):
    """Says on stderr where it waits, in words that the host knows: debugger.ts. Returns an exit code if it cannot."""
    try:
        import debugpy
    except ImportError:
        text = f"A debugger needs the package debugpy. Install it:\n    {arguments.install_with} debugpy"
        return report(pulumi, text)
    host, port = debugpy.listen(("127.0.0.1", 0))
    print(f"Radiant: a debugger may attach at {host}:{port}", file=sys.stderr, flush=True)
    debugpy.wait_for_client()
    return None


def run(arguments, pulumi):
    """Runs the program to its end; returns the exit code."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # Each call to the engine waits in a thread; a resource may need some to be declared, and its functions more.
    executor = ThreadPoolExecutor(max_workers=max(arguments.parallel, 1) * 4)
    loop.set_default_executor(executor)
    # What depends on something that failed is never awaited, and asyncio would tell of each such future.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: only_run(arguments.program)))
        return 0
    except Exception as error:
        # The engine has ended the operation, and knows why.
        if is_over(error, pulumi):
            return REPORTED
        is_said = isinstance(error, pulumi.RunError)
        return report(pulumi, str(error) if is_said else explain(error, pulumi, arguments.install_with))
    finally:
        executor.shutdown(wait=True)
        loop.close()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()


def only_run(program):
    """What the program leaves behind is nothing to the SDK, which awaits what can be awaited."""
    runpy.run_path(program, run_name="__main__")


def is_over(error, pulumi):
    """Whether the SDK has found that the engine takes no more calls; it has words of its own for that."""
    seen = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, pulumi.RunError) and str(error).startswith("Resource monitor has terminated"):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def report(pulumi, message):
    try:
        pulumi.log.error(message)
    except Exception:
        # Only what it prints can still be heard.
        print(message, file=sys.stderr)
    return REPORTED


def explain(error, pulumi, install_with):
    told = traceback.TracebackException.from_exception(error)
    leave_out(told, machinery(pulumi))
    text = "Program failed with an unhandled exception:\n" + "".join(told.format())
    missing = missing_package(error)
    if missing is None:
        return text
    return f"{text}\nIf {missing} is a package, install it:\n    {install_with} {missing}"


def missing_package(error):
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return None
    package = error.name.partition(".")[0]
    # The package is there, and has no such module.
    return None if package in sys.modules else package.replace("_", "-")


def machinery(pulumi):
    """Says of a file whether it is part of what runs the program: this file, the SDK, and what those lean on."""
    folders = [os.path.dirname(os.path.abspath(module.__file__)) + os.sep for module in (pulumi, asyncio)]
    if "grpc" in sys.modules:
        folders.append(os.path.dirname(os.path.abspath(sys.modules["grpc"].__file__)) + os.sep)
    files = {HERE, os.path.abspath(runpy.__file__), os.path.abspath(inspect.getfile(ThreadPoolExecutor))}
    # SDKs of providers are generated, and each of them is a package of this name.
    generated = f"{os.sep}site-packages{os.sep}pulumi_"

    def is_machinery(file):
        if file.startswith("<frozen "):
            return True
        path = os.path.abspath(file)
        return path in files or path.startswith(tuple(folders)) or generated in path

    return is_machinery


def leave_out(told, is_machinery):
    """Takes the frames of the machinery out of a traceback, and what has led to it within the machinery alone."""
    frames = [frame for frame in told.stack or [] if not is_machinery(frame.filename)]
    was_elsewhere = bool(told.stack) and not frames
    # Without any, the heading "Traceback" goes, too.
    told.stack = traceback.StackSummary.from_list(frames) if frames else None
    if told.__cause__ is not None and leave_out(told.__cause__, is_machinery):
        told.__cause__ = None
    if told.__context__ is not None and leave_out(told.__context__, is_machinery):
        told.__context__ = None
    for part in getattr(told, "exceptions", None) or []:
        leave_out(part, is_machinery)
    return was_elsewhere and told.__cause__ is None and told.__context__ is None


def main():
    arguments = read_arguments()
    forget_this_folder()
    write_utf8()
    try:
        import pulumi
        import pulumi.runtime
    except ImportError as error:
        print(f"The Pulumi SDK cannot be imported: {error}", file=sys.stderr)
        return NO_SDK
    configure(arguments, pulumi.runtime)
    if arguments.is_debugged == "false":
        silence_debugging(pulumi)
    os.chdir(arguments.pwd)
    folder = os.path.abspath(arguments.program)
    sys.path.insert(0, folder if os.path.isdir(folder) else os.path.dirname(folder))
    sys.argv = [arguments.program, *arguments.arguments]
    if arguments.attach_debugger == "true":
        code = wait_for_debugger(arguments, pulumi)
        if code is not None:
            return code
    return run(arguments, pulumi)


if __name__ == "__main__":
    sys.exit(main())
