"""Python master demo: master.py [NAME] [--count N] [--interval MS]"""

from demo import Stop, arguments, say, text
from eshm import ESHM, EshmError, Role


def main() -> None:
    options = arguments("ESHM master")
    stop = Stop()
    with ESHM(options.name, Role.MASTER) as eshm:
        number = 0
        while not stop.asked and (options.count == 0 or number < options.count):
            message = f"Hello from Python master #{number}"
            eshm.write(message.encode())
            say(f"[MASTER] Sent: {message}")
            try:
                say(f"[MASTER] Received: {text(eshm.read(timeout_ms=100))}")
            except TimeoutError:
                pass
            number += 1
            stop.sleep(options.interval)


if __name__ == "__main__":
    try:
        main()
    except EshmError as error:
        raise SystemExit(f"Cannot open: {error}") from None
