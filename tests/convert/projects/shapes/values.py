DEFAULT_PORT = 80
settings = {"greeting": "hi", "count": 3}


def describe(name, port=DEFAULT_PORT, *words, loud=False):
    # Puts it all together
    text = f"{name}:{port}"
    for word in words:
        text += " " + word
    if loud:
        return text.upper()
    return text
