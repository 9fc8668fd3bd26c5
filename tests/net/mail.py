"""mail.py PORT KIND - a mail server for tests: prints what it is told, a line each. KIND: good, or a way to be bad."""
import socket, sys, time

port, kind = int(sys.argv[1]), sys.argv[2]
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('0.0.0.0', port))
server.listen(8)
print('listening', flush=True)


def say(c, text):
    if kind == 'slow':
        for byte in text.encode():
            c.sendall(bytes([byte]))
            time.sleep(0.005)
    else:
        c.sendall(text.encode())


def serve(c):
    if kind == 'mute':
        time.sleep(100)
    if kind == 'endless':
        while True:
            c.sendall(b'220-more\r\n' * 100)
    if kind == 'junk':
        c.sendall(bytes(range(256)) * 8)
        time.sleep(5)
        return
    say(c, '220-good\r\n220-day\r\n220 to you\r\n')
    lines = c.makefile('rb')
    data = False
    for line in lines:
        text = line.decode().rstrip('\n')
        assert text.endswith('\r'), line
        text = text[:-1]
        print(text, flush=True)
        if data:
            if text == '.':
                data = False
                say(c, '250 taken\r\n')
        elif text == 'DATA':
            data = True
            say(c, '354 go on\r\n')
        elif text == 'QUIT':
            say(c, '221 bye\r\n')
            return
        elif 'unknown' in text or (kind == 'refusing' and text.startswith('MAIL')):
            say(c, '550 no\r\n')
        elif kind == 'busy' and text.startswith('MAIL'):
            say(c, '421 another time\r\n')
            return
        else:
            say(c, '250-yes\r\n250 it is\r\n')


while True:
    connection, _ = server.accept()
    try:
        serve(connection)
    except (BrokenPipeError, ConnectionResetError):
        pass
    connection.close()
    print('end', flush=True)
