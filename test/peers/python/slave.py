"""Python slave demo: slave.py [NAME] [--count N]"""

from demo import Stop, arguments, say, text
from eshm import ESHM, EshmError, Role


def main() -> None:
    options = arguments("ESHM slave")
    stop = Stop()
    with ESHM(options.name, Role.SLAVE) as eshm:
        say("Initialized as SLAVE")
        number = 0
        while not stop.asked and (options.count == 0 or number < options.count):
            try:
                message = eshm.read(timeout_ms=100)
            except TimeoutError:
                stop.sleep(1)  # while detached a read comes back at once
                continue
            say(f"[SLAVE] Received ({len(message)} bytes): {text(message)}")
            answer = f"ACK from Python slave #{number}"
            try:
                eshm.write(answer.encode())
            except TimeoutError:
                continue
            say(f"[SLAVE] Sent: {answer}")
            number += 1


if __name__ == "__main__":
    try:
        main()
    except EshmError as error:
        raise SystemExit(f"Cannot open: {error}") from None
